package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.log.DamagedLogException;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A log as it was read from its folder.
 *
 * @param folder for people
 * @param checkpoint not verified
 * @param entries in order; empty if they cannot be read
 * @param damage what a full check of the folder objected to
 */
public record AuditedLog(
        String folder, SignedCheckpoint checkpoint, Optional<List<LogEntry>> entries, Optional<String> damage) {
    public AuditedLog {
        entries = entries.map(List::copyOf);
    }

    /** Reads everything and hashes it again; damage is part of the result, a failure to read is not. */
    public static AuditedLog read(String folder, TileLog log) throws IOException {
        SignedCheckpoint checkpoint = log.checkpoint();
        Optional<String> damage = Optional.empty();
        try {
            log.check();
        } catch (DamagedLogException e) {
            damage = Optional.of(e.getMessage());
        }
        try {
            return new AuditedLog(folder, checkpoint, Optional.of(log.entries()), damage);
        } catch (DamagedLogException e) {
            return new AuditedLog(folder, checkpoint, Optional.empty(), damage.or(() -> Optional.of(e.getMessage())));
        }
    }
}
