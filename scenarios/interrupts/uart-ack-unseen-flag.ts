/**
 * The interrupt handler of rp2's UART looks at the receive flags, and later acknowledges a transmit interrupt. What may it
 * acknowledge? Before 057701a7708c (pull request #11847) the transmit branch cleared every flag but one, the receive timeout
 * included, which the hardware may have raised after the handler had looked: the last characters of a message then stay in
 * the FIFO until more come. Since then each branch clears what it handles. A third order, clearing what was seen only
 * after the FIFO was drained, loses a timeout too: the one of a character that came after the last look at the FIFO.
 * Acknowledge what you have seen, and before you act on it. Code of ports/rp2/machine_uart.c at 1c3c201149.
 */
import { scenario, sometimes, stuck } from 'upy-check';
import { atomic, clock, ghost, int, process, rest } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

const READ = 'every character is read in the end';
/** 32 bit times at 115200 baud, about. */
const TIMEOUT_US = 300;

/** What the transmit branch writes to ICR besides its own flag, and when the receive branch writes to it. */
type Acknowledge = 'all-but-receive' | 'what-it-saw' | 'after-draining';

/** PL011: two latched flags, RT (receive timeout) and TX. Messages are too short for the FIFO's level to raise a third one. */
class Pl011 {
  fifo: number;
  rt = false;
  tx = false;
  private readonly silence = clock();

  /** @param characters that come, and as many transmit interrupts */
  constructor(readonly characters: number) {
    this.fifo = int(0, characters, 0);
    const outside = { outside: true };
    process('other side', () => this.receives(), outside);
    process('transmitter', () => this.sends(), outside);
    process('receiver', () => this.countsSilence(), { prompt: true, lane: { kind: 'hardware' } });
  }

  private receives() {
    for (let n = 0; n < this.characters; n++)
      atomic(() => {
        this.fifo++;
        this.silence.arm(TIMEOUT_US);
      });
  }

  private sends() {
    for (let n = 0; n < this.characters; n++) this.tx = true;
  }

  /** RT is raised when the FIFO holds something and nothing more has come for a while. */
  private countsSilence() {
    while (true) {
      rest(() => {
        if (!this.silence.expired) return false;
        this.silence.stop();
        if (this.fifo > 0) this.rt = true;
        return true;
      });
    }
  }

  /** UARTDR. An empty FIFO takes the timeout back. */
  read() {
    atomic(() => {
      this.fifo--;
      if (this.fifo > 0) return;
      this.rt = false;
      this.silence.stop();
    });
  }

  /** UARTICR: writing ones clears. */
  acknowledge(rt: boolean, tx: boolean) {
    atomic(() => {
      if (rt) this.rt = false;
      if (tx) this.tx = false;
    });
  }
}

export default scenario('uart-ack-unseen-flag', {
  about: 'a UART handler acknowledges a flag that it has not looked at',
  timing: 'any',
  parameters: { characters: 2 },
  full: { characters: 4 },
  variants: {
    // The timeout is raised between the look at it and the transmit branch, which clears it.
    'all-but-receive': { violates: READ, through: ['countsSilence', 'acknowledge'] },
    'what-it-saw': { holds: true },
    // A character and its timeout come between the last look at the FIFO and the clearing.
    'after-draining': { violates: READ, through: ['drain', 'countsSilence', 'acknowledge'] },
  },
  build({ variant, characters }) {
    const kind = variant as Acknowledge;
    const board = bare();
    const uart = new Pl011(characters);
    const seen = { read: int(0, characters) };
    const drain = () => {
      while (uart.fifo > 0) {
        uart.read();
        ghost(() => {
          seen.read++;
        });
      }
    };
    const uart_service_interrupt = () => {
      if (uart.rt) {
        if (kind !== 'after-draining') uart.acknowledge(true, false);
        drain();
        if (kind === 'after-draining') uart.acknowledge(true, false);
      }
      if (uart.tx) uart.acknowledge(kind === 'all-but-receive', true);
    };
    const asserted = () => uart.rt || uart.tx;
    board.irq('UART interrupt', { times: 0, asserted }, uart_service_interrupt);
    board.main(() => {
      while (true) board.eventPollHook();
    });
    return [
      stuck(READ, () => uart.fifo === 0),
      sometimes('all is read', () => seen.read === characters),
      sometimes('both flags are raised', () => uart.rt && uart.tx),
    ];
  },
});
