package io.matriarch.launcher;

import sun.misc.Signal;

/**
 * Signals of the operating system. There is no supported interface for them in Java; this one is
 * exported by jdk.unsupported for want of a better.
 */
final class Signals {
    private Signals() {}

    /** SIGHUP: reload, as daemons do. */
    static void onHangUp(Runnable reload) {
        Signal.handle(new Signal("HUP"), _ -> Thread.ofVirtual().name("reload").start(reload));
    }

    /** SIGTERM and SIGINT: stop in order, instead of the JVM's shutdown in no order. */
    static void onTerminate(Runnable stop) {
        for (var name : new String[] {"TERM", "INT"})
            Signal.handle(new Signal(name), _ -> stop.run());
    }
}
