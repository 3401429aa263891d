package io.attestedmesh.voting.coordination;

import io.attestedmesh.voting.journal.DurableFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/** A file and its only writer: changes that wait together are made durable together. */
final class EmbeddedFile {
    /** A change ends within this. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int WAITING = 10_000;
    private static final int TOGETHER = 1_000;

    private record Change<T>(Supplier<T> change, CompletableFuture<T> answer, Consumer<T> afterwards) {
        Runnable apply() {
            T result = change.get();
            return () -> {
                afterwards.accept(result);
                answer.complete(result);
            };
        }
    }

    private final MVStore store;
    private final BlockingQueue<Change<?>> changes = new ArrayBlockingQueue<>(WAITING);
    private final Thread writer = new Thread(this::write, "amesh-coordination-file");
    private volatile boolean closed;

    private EmbeddedFile(MVStore store) {
        this.store = store;
    }

    static EmbeddedFile open(Path path) throws CoordinationException {
        try {
            EmbeddedFile file = new EmbeddedFile(DurableFile.open(path));
            file.writer.setDaemon(true);
            file.writer.start();
            return file;
        } catch (MVStoreException e) {
            throw new CoordinationException(
                    "the coordination file " + path + " cannot be opened: " + e.getMessage(), e);
        }
    }

    MVMap<String, byte[]> map(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    /** Changes maps on the writer's thread; the answer comes once that is on the disk, and {@code afterwards} ran. */
    <T> CompletableFuture<T> change(Supplier<T> change, Consumer<T> afterwards) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        String refused = null;
        synchronized (changes) { // with close: nothing is put behind what the writer takes last
            if (closed) {
                refused = "the coordination file is closed";
            } else if (!changes.offer(new Change<>(change, answer, afterwards))) {
                refused = "too much waits to be written to the coordination file";
            }
        }
        return refused == null
                ? answer.orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                : CompletableFuture.failedFuture(new CoordinationException(refused));
    }

    private void write() {
        List<Change<?>> batch = new ArrayList<>();
        while (!closed || !changes.isEmpty()) {
            try {
                Change<?> first = changes.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    changes.drainTo(batch, TOGETHER - 1);
                    writeAll(batch);
                }
            } catch (InterruptedException e) {
                closed = true;
            } finally {
                batch.clear();
            }
        }
    }

    private void writeAll(List<Change<?>> batch) {
        try {
            List<Runnable> answers = batch.stream().map(Change::apply).toList();
            store.commit();
            store.sync();
            answers.forEach(Runnable::run);
        } catch (RuntimeException e) { // whatever the disk does, somebody waits for the answer
            CoordinationException failure =
                    new CoordinationException("the coordination file cannot be written: " + e.getMessage(), e);
            batch.forEach(change -> change.answer().completeExceptionally(failure));
        }
    }

    /** Writes what waits, for a few seconds at most. */
    void close() {
        synchronized (changes) {
            closed = true;
        }
        try {
            writer.join(TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
