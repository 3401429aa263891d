package io.attestedmesh.federated.server;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Safetensors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of a server's rounds: {@code round-N.safetensors} for the parameters after each round that changed them
 * ({@code round-0} those of the beginning), on wish {@code round-N-weights.npy} with the same numbers in one row,
 * {@code rule-N.safetensors} for what the rule of aggregation remembers, and {@code history.json}, which is written last
 * and makes a round complete. Used by one process at a time.
 */
public final class RoundFiles implements AutoCloseable {
    private static final String HISTORY = "history.json";

    private final Path folder;
    private final boolean weights;
    private final FileChannel lock;
    private final List<RoundReport> reports;
    private Optional<String> rule;
    private Optional<Model> latest;

    private RoundFiles(Path folder, boolean weights, FileChannel lock) throws IOException {
        this.folder = folder;
        this.weights = weights;
        this.lock = lock;
        Path history = folder.resolve(HISTORY);
        HistoryFile.History before = Files.exists(history)
                ? HistoryFile.read(Files.readAllBytes(history), history)
                : new HistoryFile.History(Optional.empty(), List.of());
        this.reports = new ArrayList<>(before.rounds());
        this.rule = before.rule();
        this.latest = Files.exists(history)
                ? Optional.of(Safetensors.read(model(lastChange())).model())
                : Optional.empty();
    }

    /**
     * Opens a folder, and makes it if need be.
     *
     * @param weights write {@code round-N-weights.npy} too
     * @throws IOException if another process has it, or what is in it cannot be read
     */
    public static RoundFiles open(Path folder, boolean weights) throws IOException {
        AtomicFile.createFolder(folder);
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lockOf(lock).isEmpty()) {
                throw new IOException(folder + " is in use by another server");
            }
            return new RoundFiles(folder, weights, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private static Optional<FileLock> lockOf(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException inThisProcess) {
            return Optional.empty();
        }
    }

    /** Of all complete rounds, the first first. */
    public synchronized List<RoundReport> reports() {
        return List.copyOf(reports);
    }

    /** The parameters after the last complete round, or those of the beginning; empty if nothing has begun. */
    public synchronized Optional<Model> latest() {
        return latest;
    }

    /** The name of the rule of the rounds; empty if nothing has begun, or an older version began it. */
    synchronized Optional<String> rule() {
        return rule;
    }

    /** What the rule remembered after the last complete round. */
    Map<String, Model> ruleState() throws IOException {
        Path file = ruleState(reports.size());
        return Files.exists(file) ? RuleStateFile.read(file) : Map.of();
    }

    /** Writes the parameters of the beginning. */
    void begin(Model initial, AggregationRule by) throws IOException {
        writeModel(0, initial);
        commit(initial, by);
    }

    /** Writes a round; it is complete when this returns. */
    void complete(RoundReport report, Model model, AggregationRule by) throws IOException {
        int round = report.round();
        Map<String, Model> ruleState = by.state();
        if (report.unchanged().isEmpty()) {
            writeModel(round, model);
        } else { // what a server wrote that was stopped before the end of this round
            Files.deleteIfExists(model(round));
            Files.deleteIfExists(row(round));
        }
        if (ruleState.isEmpty()) {
            Files.deleteIfExists(ruleState(round));
        } else {
            RuleStateFile.write(ruleState(round), ruleState);
        }
        synchronized (this) {
            reports.add(report);
        }
        commit(model, by);
        Files.deleteIfExists(ruleState(round - 1));
    }

    private void writeModel(int round, Model model) throws IOException {
        Safetensors.of(model).write(model(round), Access.OWNER);
        if (weights) {
            WeightsRow.write(model, row(round));
        }
    }

    private void commit(Model model, AggregationRule by) throws IOException {
        HistoryFile.History history = new HistoryFile.History(Optional.of(by.name()), reports());
        AtomicFile.write(folder.resolve(HISTORY), HistoryFile.write(history), Access.OWNER);
        synchronized (this) {
            rule = history.rule();
            latest = Optional.of(model);
        }
    }

    private int lastChange() {
        for (int i = reports.size(); i > 0; i--) {
            if (reports.get(i - 1).unchanged().isEmpty()) {
                return i;
            }
        }
        return 0;
    }

    private Path model(int round) {
        return folder.resolve("round-" + round + ".safetensors");
    }

    private Path row(int round) {
        return folder.resolve("round-" + round + "-weights.npy");
    }

    private Path ruleState(int round) {
        return folder.resolve("rule-" + round + ".safetensors");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
