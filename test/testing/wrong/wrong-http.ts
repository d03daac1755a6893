/** Reactors that ask the web, or for names, wrongly. */
import { row } from './row.ts';
import type { WrongReactor } from './row.ts';
import { twist } from './twist.ts';
import type { Wrong } from './twist.ts';

const ranges: Wrong = twist((right) => ({
  request: (request, done) => right.request({ ...request, range: null }, done),
}));

export const httpRows: readonly WrongReactor[] = [
  row(
    'no bound for bodies',
    'http: a body over bytesMax is too-large',
    twist((right) => ({
      request: (request, done) => right.request({ ...request, bytesMax: 1 << 30 }, done),
    })),
  ),
  row(
    'no bound for time',
    'http: a request over timeMax is timed-out',
    twist((right) => ({
      request: (request, done) => right.request({ ...request, timeMax: 1 << 30 }, done),
    })),
  ),
  row(
    'failures as faults',
    'http: a status of failure is a reply',
    twist((right) => ({
      request: (request, done) =>
        right.request(request, (reply, fault) =>
          reply !== null && reply.status >= 400 ? done(null, 'bad-reply') : done(reply, fault),
        ),
    })),
  ),
  row('no ranges', 'http: asks for a range', ranges),
  row(
    'any origin',
    'http: leaves from the local address that it names',
    twist((right) => ({
      request: (request, done) => {
        const { localAddress, ...rest } = request;
        right.request(localAddress === undefined ? request : rest, done);
      },
    })),
  ),
  row(
    'two answers',
    'http: a request is answered once, from a later turn',
    twist((right) => ({
      request: (request, done) =>
        right.request(request, (reply, fault) => {
          done(reply, fault);
          done(reply, fault);
        }),
    })),
  ),
  row(
    'targets escaped anew',
    'http: leaves escaped bytes of the target as they are',
    twist((right) => ({
      request: (request, done) =>
        right.request({ ...request, url: request.url.replaceAll('%', '%25') }, done),
    })),
  ),
  row(
    'GET for everything',
    'http: a reply to HEAD has no body',
    twist((right) => ({
      request: (request, done) =>
        right.request({ ...request, method: 'GET', bytesMax: 1 << 20 }, done),
    })),
  ),
  row(
    'one fault for all',
    'http: a server that does not listen is refused',
    twist((right) => ({
      request: (request, done) =>
        right.request(request, (reply, fault) =>
          done(reply, fault === 'refused' ? 'timed-out' : fault),
        ),
    })),
  ),
  row(
    'names that are as good as refusals',
    'http: a host that does not resolve is unresolved',
    twist((right) => ({
      request: (request, done) =>
        right.request(request, (reply, fault) =>
          done(reply, fault === 'unresolved' ? 'refused' : fault),
        ),
    })),
  ),
  row(
    'a body that is cut off',
    'http: gives the status and the body',
    twist((right) => ({
      request: (request, done) =>
        right.request(request, (reply, fault) =>
          done(reply === null ? null : { ...reply, body: reply.body.slice(1) }, fault),
        ),
    })),
  ),
];

export const resolverRows: readonly WrongReactor[] = [
  row(
    'one fault for all',
    'resolver: an unknown name is not-found',
    twist((right) => ({
      resolve: (host, done) =>
        right.resolve(host, (hosts, fault) => done(hosts, fault === null ? null : 'failed')),
    })),
  ),
  row(
    'an address of somebody else',
    'resolver: a known name gives its addresses',
    twist((right) => ({
      resolve: (host, done) =>
        right.resolve(host, (hosts, fault) =>
          done(host === 'localhost' ? ['192.0.2.99'] : hosts, fault),
        ),
    })),
  ),
  row(
    'no answer for literals',
    'resolver: a literal address is its own answer',
    twist((right) => ({
      resolve: (host, done) =>
        right.resolve(host, (hosts, fault) =>
          hosts[0] === host ? done([], 'not-found') : done(hosts, fault),
        ),
    })),
  ),
  row(
    'two answers',
    'resolver: a name is answered once, from a later turn',
    twist((right) => ({
      resolve: (host, done) =>
        right.resolve(host, (hosts, fault) => {
          done(hosts, fault);
          done(hosts, fault);
        }),
    })),
  ),
];
