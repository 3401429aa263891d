package io.attestedmesh.voting.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.SingleFileStore;

/** Opens files of H2's MVStore so that what was committed and synced is there again, however the process ended. */
public final class DurableFile {
    private DurableFile() {}

    /**
     * Opens the file, or makes it; nothing is written without a commit.
     *
     * @throws org.h2.mvstore.MVStoreException if it is in use, or damaged
     */
    public static MVStore open(Path file) {
        Scanned scanned = new Scanned(Map.of("autoCommitDelay", 0, "autoCommitBufferSize", 0));
        scanned.open(file.toString(), false, null);
        return new MVStore.Builder()
                .autoCommitDisabled()
                // nor when much waits: that would be half of what belongs together
                .autoCommitBufferSize(0)
                .adoptFileStore(scanned)
                .open();
    }

    /**
     * Has whoever opens the file by other means, say as a database, find its newest commit too. Does nothing if there is no
     * file.
     *
     * @throws org.h2.mvstore.MVStoreException if it is in use, or damaged
     */
    public static void mend(Path file) {
        if (Files.exists(file)) {
            open(file).close(); // by which its header is written
        }
    }

    /**
     * Looks at the whole file for the newest commit, as H2 does itself in recovery. Otherwise it follows pointers from the header
     * and from the end of the file: after SIGKILL it took an older commit for the newest in 10 of 40 runs, up to 8 commits old,
     * and overwrote the rest (2.5.252); by looking at all of it, in none of 50. It takes a second for each 40 MB or so.
     */
    private static final class Scanned extends SingleFileStore {
        Scanned(Map<String, Object> configuration) {
            super(new HashMap<>(configuration));
        }

        @Override
        protected void readStoreHeader(boolean recovery) {
            super.readStoreHeader(true);
        }
    }
}
