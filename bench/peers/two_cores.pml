/* two-cores: two cores with two levels of interrupts and two tasks each, ticks, messages, and a GIL.
 * Semantics: see ../README.md. One labelled statement = one atomic step.
 * -DN= samples of the device of core 0  -DM= of core 1  -DT= ticks of each core  -DQ= samples that wait for a driver
 * -DBUGGY= the other core is not interrupted
 */
#ifndef N
#define N 1
#endif
#ifndef M
#define M 0
#endif
#ifndef T
#define T 1
#endif
#ifndef Q
#define Q 2
#endif
#define THREAD	0
#define LOW	1
#define HIGH	2
#define DRIVER	0
#define PYTHON	1
#define NOBODY	2
#define FREE	2

/* In the order of the proctypes below the cores alternate: an even _pid is of core 0. */
#define C	(_pid & 1)
#define OTHER	(1 - C)

byte level[2], samples[2], mail[2];
byte running[2] = PYTHON;
bool high_pends[2], low_pends[2], tick_pends[2], driver_ready[2], overrun[2];
bool python_ready[2] = 1;
byte gil = FREE;

#define SELECT	running[C] = (driver_ready[C] -> DRIVER : (python_ready[C] -> PYTHON : NOBODY))
/* whether a task may step, and the handler of the low level */
#define RUNS(task)	(level[C] == THREAD && !high_pends[C] && !low_pends[C] && running[C] == task)
#define LOW_RUNS	(level[C] != HIGH && !high_pends[C])

active [2] proctype Device()
{	byte made;
end_V0:	if
	:: d_step { made < (C == 0 -> N : M) -> made++; high_pends[C] = 1 }; goto end_V0
	fi
}

active [2] proctype Timer()
{	byte made;
end_T0:	if
	:: d_step { made < T -> made++; low_pends[C] = 1; tick_pends[C] = 1 }; goto end_T0
	fi
}

active [2] proctype High()
{	byte interrupted;
end_H0:	if
	:: d_step { high_pends[C] && level[C] < HIGH -> interrupted = level[C]; high_pends[C] = 0; level[C] = HIGH }
	fi;
H1:	true;
H2:	if
	:: d_step { true ->
		if
		:: samples[C] < Q -> samples[C]++
		:: else -> overrun[C] = 1
		fi }
	fi;
H3:	driver_ready[C] = 1;
H4:	if
	:: d_step { true ->
		level[C] = interrupted;
		if
		:: interrupted == THREAD -> SELECT
		:: else
		fi;
		interrupted = 0 }; goto end_H0
	fi
}

active [2] proctype Low()
{
end_L0:	if
	:: d_step { LOW_RUNS && low_pends[C] && level[C] == THREAD -> low_pends[C] = 0; level[C] = LOW }
	fi;
L1:	LOW_RUNS;
L2:	if
	:: d_step { LOW_RUNS ->
		if
		:: tick_pends[C] -> python_ready[C] = 1
		:: else
		fi;
		tick_pends[C] = 0 }
	fi;
L3:	if
	:: d_step { LOW_RUNS -> level[C] = THREAD; SELECT }; goto end_L0
	fi
}

active [2] proctype Driver()
{
end_D0:	if
	:: d_step { RUNS(DRIVER) && samples[C] == 0 -> driver_ready[C] = 0; SELECT }; goto end_D0
	:: d_step { RUNS(DRIVER) && samples[C] > 0 -> samples[C]-- }
	fi;
end_D1:	RUNS(DRIVER);
end_D2:	RUNS(DRIVER);
end_D3:	if
	:: d_step { RUNS(DRIVER) -> mail[OTHER]++ }
	fi;
end_D4:	if
	:: d_step { RUNS(DRIVER) -> python_ready[OTHER] = 1 }
	fi;
end_D5:	if
#ifndef BUGGY
	:: d_step { RUNS(DRIVER) -> low_pends[OTHER] = 1 }; goto end_D0
#else
	:: RUNS(DRIVER) -> goto end_D0
#endif
	fi
}

active [2] proctype Python()
{
end_P0:	if
	:: d_step { RUNS(PYTHON) && gil == FREE -> gil = C }
	fi;
end_P1:	RUNS(PYTHON);
end_P2:	if
	:: d_step { RUNS(PYTHON) && mail[C] > 0 -> mail[C]-- }
	:: RUNS(PYTHON) && mail[C] == 0 -> goto end_P4
	fi;
end_P3:	RUNS(PYTHON) -> goto end_P2;
end_P4:	if
	:: d_step { RUNS(PYTHON) -> gil = FREE }
	fi;
end_P5:	if
	:: d_step { RUNS(PYTHON) && mail[C] > 0 }; goto end_P0
	:: d_step { RUNS(PYTHON) && mail[C] == 0 -> python_ready[C] = 0; SELECT }; goto end_P0
	fi
}
