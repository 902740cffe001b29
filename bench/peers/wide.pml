/* wide: D devices, rings of Q samples, a polling main task, a message queue of O, a link and a host.
 * Semantics: see ../README.md. One d_step = one atomic step.
 * -DD= devices  -DN= samples per device  -DQ= ring capacity  -DO= message queue capacity
 */
#ifndef D
#define D 3
#endif
#ifndef N
#define N 2
#endif
#ifndef Q
#define Q 2
#endif
#ifndef O
#define O 2
#endif
#define MASK 32767

chan ring[D] = [Q] of { short };
chan out = [O] of { byte, short };

short sample[D], last[D], sum[D], total[D];
byte produced[D], lost[D], seen[D], arrived[D];
bool converted[D];

byte turn;
short value;
bool holding;

bool wire_busy;
byte wire_device;
short wire_value;

short sent, received;

active [D] proctype Device()
{
end_D0:	if
	:: d_step { produced[_pid] < N ->
		produced[_pid]++;
		sample[_pid] = (sample[_pid] * 77 + 12345 + _pid * 1117) & MASK;
		converted[_pid] = 1 }
	fi;
D1:	if
	:: d_step { true ->
		if
		:: nfull(ring[_pid]) -> ring[_pid]!sample[_pid]
		:: full(ring[_pid]) -> lost[_pid]++
		fi;
		converted[_pid] = 0 }; goto end_D0
	fi
}

active proctype Main()
{
M0:	if
	:: d_step { empty(ring[turn]) -> turn = (turn + 1) % D }; goto M0
	:: d_step { nempty(ring[turn]) -> ring[turn]?value; holding = 1 }
	fi;
M1:	if
	:: d_step { true -> seen[turn]++; last[turn] = value; sum[turn] = (sum[turn] + value) & MASK; holding = 0 }
	fi;
M2:	if
	:: d_step { nfull(out) -> out!turn, value; value = 0; turn = (turn + 1) % D }; goto M0
	fi
}

active proctype Link()
{
end_L0:	if
	:: d_step { nempty(out) && !wire_busy ->
		out?wire_device, wire_value;
		wire_busy = 1;
		sent = ((sent * 31 + wire_value) ^ wire_device) & MASK }; goto end_L0
	fi
}

active proctype Host()
{
end_H0:	if
	:: d_step { wire_busy ->
		arrived[wire_device]++;
		total[wire_device] = (total[wire_device] + wire_value) & MASK;
		received = ((received * 31 + wire_value) ^ wire_device) & MASK;
		wire_busy = 0; wire_device = 0; wire_value = 0 }; goto end_H0
	fi
}
