/**
 * Peers that say too much, or what nobody should say: floods, and one malformed message per connection.
 */
import type { Millis } from '../../core/index.ts';
import type { AdversaryKind } from './adversary-kind.ts';
import type { Link } from './link-book.ts';
import { makePest } from './make-pest.ts';
import { malformedMessages } from './malformed-messages.ts';
import type { MalformedCase } from './malformed-messages.ts';
import type { Stage } from './scene.ts';
import { Script } from './script.ts';

type Kind<T> = Extract<AdversaryKind, { readonly type: T }>;

const REDIAL: Millis = 1000;
/** How long it waits to see what comes of a malformed message. */
const PATIENCE: Millis = 2000;

/** Bursts of one sort, as fast as the socket takes them. A socket that takes no more gets no more. */
export class Flood extends Script {
  readonly #kind: Kind<'flood'>;
  readonly #sent = new Map<number, number>();
  #turn = 0;

  constructor(kind: Kind<'flood'>) {
    super();
    this.#kind = kind;
  }

  override greeted(link: Link, stage: Stage): void {
    stage.send(link.conn, { type: 'interested' });
    stage.wake(link, stage.now + this.#kind.every);
  }

  override woken(link: Link, stage: Stage): void {
    const { pest, burst, every, most } = this.#kind;
    let sent = this.#sent.get(link.conn) ?? 0;
    for (let i = 0; i < burst && sent < most && !link.paused; i++, sent++) {
      stage.send(link.conn, makePest(pest, this.#turn++, stage));
      stage.did(pest);
    }
    this.#sent.set(link.conn, sent);
    if (sent < most) stage.wake(link, stage.now + every);
  }

  override lost(link: Link): void {
    this.#sent.delete(link.conn);
  }
}

/** One malformed message on each connection, then it dials again for the next one. */
export class Malformed extends Script {
  readonly #class: Kind<'malformed'>['class'];
  #cases: readonly MalformedCase[] | null = null;
  #next = 0;

  constructor(kind: Kind<'malformed'>) {
    super();
    this.#class = kind.class;
  }

  override greeted(link: Link, stage: Stage): void {
    const cases = this.#all(stage);
    const wrong = cases[this.#next % cases.length];
    if (wrong === undefined) return;
    this.#next++;
    for (const message of wrong.messages) stage.send(link.conn, message);
    stage.did(wrong.name);
    stage.wake(link, stage.now + PATIENCE);
  }

  /** It was tolerated: hang up, and go on with the next case. */
  override woken(link: Link, stage: Stage): void {
    stage.reset(link.conn, 'tolerated');
  }

  override lost(link: Link, dialled: boolean, stage: Stage): void {
    if (dialled && this.#next < this.#all(stage).length) stage.dial(link.address, REDIAL);
  }

  #all(stage: Stage): readonly MalformedCase[] {
    return (this.#cases ??= malformedMessages(this.#class, stage));
  }
}
