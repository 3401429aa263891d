package io.attestedmesh.transport.tunnel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What ends one stream that takes too long; of the stream's loop alone, where all that is due runs. */
final class StreamTimers {
    private static final int LOOKS = 4;

    private final ScheduledExecutorService timer;
    private final Consumer<Runnable> loop;
    private final List<Future<?>> waiting = new ArrayList<>();
    private int quietLooks;
    private boolean over;

    /** With {@code loop}, which runs what it is given on the stream's loop. */
    StreamTimers(ScheduledExecutorService timer, Consumer<Runnable> loop) {
        this.timer = timer;
        this.loop = loop;
    }

    /** Runs {@code then} after a time, unless the stream is over. */
    void at(Duration wait, Runnable then) {
        keep(timer.schedule(() -> loop.accept(then), wait.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Runs {@code then} when so much time has gone by without {@link #heard}, or up to a quarter more. */
    void afterSilence(Duration length, Runnable then) {
        long quarter = length.toMillis() / LOOKS;
        keep(timer.scheduleWithFixedDelay(
                () -> loop.accept(() -> {
                    if (++quietLooks > LOOKS) {
                        then.run();
                    }
                }),
                quarter,
                quarter,
                TimeUnit.MILLISECONDS));
    }

    /** Something went through. */
    void heard() {
        quietLooks = 0;
    }

    private void keep(Future<?> task) {
        if (over) {
            task.cancel(false);
        } else {
            waiting.add(task);
        }
    }

    /** Nothing is due any more. */
    void cancel() {
        over = true;
        waiting.forEach(task -> task.cancel(false));
    }
}
