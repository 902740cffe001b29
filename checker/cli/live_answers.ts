import { sourceText } from '../../model/intrinsics/metadata.ts';
import type { LiveAbout, LiveReply, LiveRequest } from '../../reports/html/protocol.ts';
import type { LiveSession } from '../live/session.ts';
import type { LiveView } from '../live/view.ts';
import { UserError } from '../options.ts';
import { readRequest } from './live_requests.ts';
import { asProblem } from './problems.ts';
import { filesOfTrace } from './sources.ts';

export interface AnswerLimits {
  readonly maxMemory: number;
  /** Lets other requests in while a search goes on. */
  readonly breathe: () => Promise<void>;
}

type Done = Extract<LiveReply, { ok: true }>;

/** Answers the requests of a page, one after the other. */
export class LiveAnswers {
  private stopping = false;
  private last: Promise<unknown> = Promise.resolve();
  /** Files whose texts the page has. */
  private readonly told = new Set<string>();

  constructor(
    private readonly session: LiveSession,
    private readonly about: LiveAbout,
    private readonly limits: AnswerLimits,
  ) {}

  /** `null`: no request. */
  async answer(body: string): Promise<string | null> {
    const request = readRequest(body);
    if (request === null) return null;
    // Whoever asks anything else waits until the search has ended.
    if (request.do === 'stop') this.stopping = true;
    const reply = this.last.then(() => this.reply(request));
    this.last = reply;
    return JSON.stringify(await reply);
  }

  private async reply(request: LiveRequest): Promise<LiveReply> {
    try {
      return await this.perform(request);
    } catch (error) {
      return { ok: false, problem: asProblem(error) };
    }
  }

  private async perform(request: LiveRequest): Promise<LiveReply> {
    const { session } = this;
    let ran: Done['ran'] = null;
    let reached: Done['reached'] = null;
    switch (request.do) {
      case 'take':
        this.expectAt(request.node);
        session.take(request.step);
        break;
      case 'go':
        session.go(request.node);
        break;
      case 'run':
        this.expectAt(request.node);
        ran = session.run(request.to);
        break;
      case 'reach':
        this.expectAt(request.node);
        reached = await this.reach(request);
        break;
      default:
    }
    const view = session.view();
    const isNew = request.do === 'open';
    if (isNew) this.told.clear();
    return { ok: true, view, sources: this.sourcesOf(view), about: isNew ? this.about : null, ran, reached };
  }

  private reach({ target, maxStates }: Extract<LiveRequest, { do: 'reach' }>) {
    this.stopping = false;
    const { maxMemory, breathe } = this.limits;
    const monitor = async () => {
      await breathe();
      return this.stopping ? ({ kind: 'interrupted', value: 'stopped' } as const) : null;
    };
    return this.session.reach(target, { maxMemory, monitor, ...(maxStates === null ? {} : { maxStates }) });
  }

  private expectAt(node: number): void {
    if (node === this.session.node) return;
    throw new UserError(
      'UPY351',
      `the session is at place ${this.session.node}, and not at ${node}`,
      null,
      'it was moved from another window',
      'load the page again',
    );
  }

  private sourcesOf({ trace, choices, held }: LiveView): Record<string, string> {
    const places = [...choices, ...held].flatMap(({ place }) => (place === null ? [] : [place.file]));
    const found: Record<string, string> = {};
    for (const file of [...filesOfTrace(trace), ...places]) {
      if (this.told.has(file)) continue;
      this.told.add(file);
      const text = sourceText(file);
      if (text !== null) found[file] = text;
    }
    return found;
  }
}
