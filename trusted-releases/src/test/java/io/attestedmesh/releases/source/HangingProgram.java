package io.attestedmesh.releases.source;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** A process that follows the location of its argument, until a byte comes in; then it has nothing left to do. */
final class HangingProgram {
    private HangingProgram() {}

    public static void main(String[] arguments) throws IOException {
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        };
        ExecutorService fetcher = Executors.newSingleThreadExecutor(daemons);
        SourceSettings patient = SourceSettings.upTo(1000).withTimeouts(Duration.ofMinutes(10), Duration.ofMinutes(10));
        ReleaseFeed.start(
                SourceLocation.parse(arguments[0]).open(patient),
                bundle -> true,
                Duration.ofDays(1),
                FeedEvents.NONE,
                new Workers(
                        Executors.newSingleThreadScheduledExecutor(daemons),
                        fetcher,
                        Clock.systemUTC(),
                        new Random(7)));
        if (System.in.read() < 0) {
            throw new IOException("nobody said that the fetch is under way");
        }
    }
}
