package io.attestedmesh.cli;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An {@code amesh} that goes on until it is stopped, in a thread of its own. */
public final class RunningCommand implements AutoCloseable {
    private static final int SECONDS_TO_STOP = 30;

    private final FutureTask<ExitStatus> ended;
    private final Thread thread;
    private final String shown;

    private RunningCommand(FutureTask<ExitStatus> ended, Thread thread, String shown) {
        this.ended = ended;
        this.thread = thread;
        this.shown = shown;
    }

    /** Returns once the line {@code last} was printed. */
    public static RunningCommand start(List<String> words, String last, Duration patience) throws Exception {
        CompletableFuture<String> ready = new CompletableFuture<>();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream watched = new PrintStream(printed, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                super.println(line);
                if (line.equals(last)) {
                    ready.complete(printed.toString(StandardCharsets.UTF_8));
                }
            }
        };
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                watched,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                Clock.systemUTC(),
                Person.NOBODY);
        FutureTask<ExitStatus> ended = new FutureTask<>(() -> {
            ExitStatus status = Main.run(terminal, words.toArray(String[]::new));
            ready.completeExceptionally(new AssertionError(status + " " + err.toString(StandardCharsets.UTF_8)));
            return status;
        });
        Thread thread = new Thread(ended, "guide-" + words.get(0));
        thread.start();
        return new RunningCommand(ended, thread, ready.get(patience.toSeconds(), TimeUnit.SECONDS));
    }

    /** What it had printed by then. */
    public String shown() {
        return shown;
    }

    /** As SIGTERM does: calls under way end first. */
    public ExitStatus stop() throws ExecutionException, InterruptedException, TimeoutException {
        thread.interrupt();
        return ended.get(SECONDS_TO_STOP, TimeUnit.SECONDS);
    }

    /** Waits until it ends by itself. */
    public ExitStatus ended(Duration patience) throws ExecutionException, InterruptedException, TimeoutException {
        return ended.get(patience.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the command did not stop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
