/** A worker of the lab in a process that a test may kill. `node queue-worker.js URL LOCK-TIME` */
import process from 'node:process';
import { startLabWorker } from '../../src/lab/index.ts';

const [url, lockTime] = process.argv.slice(2);
await startLabWorker(url!, { jobs: 1, lockTime: Number(lockTime) });
console.log('working');
