/* uevent-wake: a MicroPython-style main task, K interrupt sources, M Python threads and a GIL.
 * Semantics: see ../README.md. One labelled statement = one atomic step.
 * -DK= sources  -DN= firings per source  -DM= worker threads  -DQ= ring capacity
 * -DS= VM slices between two GIL bounces  -DBUGGY= wait without a latched notification
 * -DMON= include the lost-wakeup monitor (adds no state unless the property fails)
 */
#ifndef K
#define K 2
#endif
#ifndef N
#define N 2
#endif
#ifndef M
#define M 1
#endif
#ifndef Q
#define Q 4
#endif
#ifndef S
#define S 1
#endif
#define FREE (M+1)

byte ring[Q];
byte qlen, cur, inflight;
bool notif, waiting, ev, overflow;
byte gil = FREE;
bool want[M+1];

/* hand the GIL to the next waiter in cyclic order, or free it */
#define RELEASE(me) \
	gil = FREE; rr = 1; \
	do \
	:: rr <= M && !want[(me + rr) % (M+1)] -> rr++ \
	:: rr <= M && want[(me + rr) % (M+1)] -> gil = (me + rr) % (M+1); want[gil] = 0; break \
	:: rr > M -> break \
	od; \
	rr = 0

active proctype Main()
{	byte rr;
M0:	want[0] = 1;
M1:	if
	:: d_step { gil == FREE -> gil = 0; want[0] = 0 }
	:: gil == 0
	fi;
M2:	if
	:: d_step { qlen > 0 -> cur = ring[0];
		rr = 0;
		do
		:: rr + 1 < Q -> ring[rr] = ring[rr+1]; rr++
		:: else -> break
		od;
		ring[Q-1] = 0; rr = 0; qlen-- }; goto M3
	:: qlen == 0 -> goto M4
	fi;
M3:	if
	:: d_step { true -> ev = 1; cur = 0 }; goto M2
	fi;
M4:	if
	:: d_step { ev -> ev = 0 }; goto M2
	:: !ev
	fi;
M5:	if
	:: d_step { true -> RELEASE(0) }
	fi;
#ifndef BUGGY
M6:	if
	:: d_step { notif -> notif = 0 }; goto M0
	:: d_step { !notif -> waiting = 1 }
	fi;
end_M7:	if
	:: d_step { notif -> notif = 0; waiting = 0 }; goto M0
	fi
#else
M6:	waiting = 1;
end_M7:	!waiting -> goto M0
#endif
}

#if M>0
active [M] proctype Worker()
{	byte rr; byte x;
W0:	want[_pid] = 1;
W1:	if
	:: d_step { gil == FREE -> gil = _pid; want[_pid] = 0 }
	:: gil == _pid
	fi;
W2:	if
	:: x + 1 < S -> x++; goto W2
	:: d_step { x + 1 >= S -> x = 0 }
	fi;
W3:	if
	:: d_step { true -> RELEASE(_pid) }; goto W0
	fi
}
#endif

active [K] proctype Isr()
{	byte fired;
end_I0:	if
	:: d_step { fired < N -> fired++ }
	fi;
I1:	if
	:: d_step { true ->
		if
		:: qlen < Q -> ring[qlen] = _pid - M - 1; qlen++
		:: else -> overflow = 1
		fi;
		inflight++ }
	fi;
I2:	if
#ifndef BUGGY
	:: d_step { true -> notif = 1; inflight-- }; goto end_I0
#else
	:: d_step { true -> waiting = 0; inflight-- }; goto end_I0
#endif
	fi
}

#ifdef MON
active proctype Monitor()
{
end:	d_step { waiting && qlen > 0 && !notif && inflight == 0 -> assert(false) }
}
#endif
