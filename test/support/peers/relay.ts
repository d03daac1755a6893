/**
 * A program for `lan.ts`: listens on a Unix socket and passes each connection on to a TCP address of the network
 * namespace that it runs in. Arguments: socket path, host, port. Says one line when it listens. Ends by signal.
 */
import { connect, createServer, type Socket } from 'node:net';

const [socketPath, host, port] = process.argv.slice(2);

const server = createServer((near: Socket) => {
  const far = connect(Number(port), host);
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
});
server.listen(socketPath, () => console.log('listening'));
