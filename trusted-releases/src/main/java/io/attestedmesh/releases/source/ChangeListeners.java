package io.attestedmesh.releases.source;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who want to hear of a change. One that throws keeps nobody else from hearing, and is told again. */
final class ChangeListeners {
    private static final System.Logger LOG = System.getLogger(ReleaseFeed.class.getName());
    private static final int SHOWN_AGAIN_AT = 3;

    private static final class Listener {
        private final Runnable action;
        private volatile boolean waiting;
        private int failures;

        Listener(Runnable action) {
            this.action = action;
        }

        boolean tell() {
            if (!waiting) {
                return true;
            }
            try {
                action.run();
                waiting = false;
                failures = 0;
            } catch (RuntimeException | Error e) {
                failures++;
                if (failures == 1 || failures == SHOWN_AGAIN_AT) {
                    LOG.log(System.Logger.Level.ERROR, "event=releases.listener.failed failures=" + failures, e);
                }
            }
            return !waiting;
        }
    }

    private final List<Listener> all = new CopyOnWriteArrayList<>();
    private boolean changed;

    /** True if there was a change before, which the listener waits to be told of. */
    synchronized boolean add(Runnable action) {
        Listener listener = new Listener(action);
        listener.waiting = changed;
        all.add(listener);
        return changed;
    }

    /** There is something to be told. */
    synchronized void changed() {
        changed = true;
        all.forEach(listener -> listener.waiting = true);
    }

    /** Tells those who wait for it. False if one has thrown. */
    boolean tell() {
        boolean heard = true;
        for (Listener listener : all) {
            heard &= listener.tell();
        }
        return heard;
    }
}
