/** The parts of the package, which brings no types, that the oracle uses. */
declare module '@micropython/micropython-webassembly-pyscript' {
  export interface MicroPython {
    /** Runs a program in `__main__`. Throws an error whose message is the traceback. */
    runPython(code: string): unknown;
    /** A module that Python imports: each function of `module` is one of its attributes. */
    registerJsModule(name: string, module: object): void;
  }

  export function loadMicroPython(options: {
    readonly heapsize?: number;
    readonly stdout: (line: string) => void;
    readonly stderr: (line: string) => void;
    readonly linebuffer: boolean;
  }): Promise<MicroPython>;
}
