package io.attestedmesh.transport.identity;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who want to hear of a change. One that throws keeps nobody else from hearing. */
final class Listeners {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private final List<Runnable> all = new CopyOnWriteArrayList<>();

    void add(Runnable listener) {
        all.add(listener);
    }

    /** Runs them all, and logs what they throw. False if one did. */
    boolean tell(String what) {
        boolean heard = true;
        for (Runnable listener : all) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                heard = false;
                LOG.log(System.Logger.Level.ERROR, "event=listener.failed what=" + what, e);
            }
        }
        return heard;
    }
}
