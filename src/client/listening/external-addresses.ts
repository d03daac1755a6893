/** Our addresses as the world sees us: the last one of each family that enough others agreed on (BEP 10, BEP 24). */
export class ExternalAddresses {
  #v4: string | null = null;
  #v6: string | null = null;

  /** IPv4 first. */
  get hosts(): readonly string[] {
    return [this.#v4, this.#v6].filter((host) => host !== null);
  }

  /** `host`: an IP address as text. Returns it. */
  learn(host: string): string {
    if (host.includes(':')) this.#v6 = host;
    else this.#v4 = host;
    return host;
  }
}
