package io.attestedmesh.cli.tunnel;

import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;

/** SIGHUP, by which operators ask a daemon to look at its files again; without a handler it ends the process. */
final class HangUp {
    private static final System.Logger LOG = System.getLogger(HangUp.class.getName());

    private HangUp() {}

    /**
     * Runs {@code look} at each SIGHUP from now on. By reflection: the platform has no supported class for signals, and the
     * compiler warns of the one that there is.
     */
    static void onSignal(Runnable look) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Constructor<?> named = signal.getConstructor(String.class);
            Object looking = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            LOG.log(System.Logger.Level.INFO, "event=reload.asked by=SIGHUP");
                            run(look);
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler).invoke(null, named.newInstance("HUP"), looking);
        } catch (ReflectiveOperationException e) {
            LOG.log(System.Logger.Level.WARNING, "event=reload.no_signal: SIGHUP is not heard, files are looked at", e);
        }
    }

    private static void run(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            // the edge of the signal's thread: perhaps this process is stopping
            LOG.log(System.Logger.Level.WARNING, "event=reload.failed by=SIGHUP", e);
        }
    }
}
