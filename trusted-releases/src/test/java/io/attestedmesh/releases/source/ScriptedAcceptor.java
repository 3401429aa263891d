package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Takes content by its first word: {@code good}, {@code early} until told otherwise, {@code half}, {@code unkept}, {@code broken}. */
final class ScriptedAcceptor implements ReleaseFeed.Acceptor {
    private final List<String> offered = new ArrayList<>();
    private String inForce = "";
    private boolean late;

    /** Everything that was offered, in order. */
    List<String> offered() {
        return offered;
    }

    String inForce() {
        return inForce;
    }

    /** From now on, what was early is not. */
    void timePasses() {
        late = true;
    }

    @Override
    public boolean offer(Bytes bundle) throws RejectedReleasesException, MalformedReleasesException, IOException {
        String text = new String(bundle.toByteArray(), UTF_8);
        offered.add(text);
        String kind = text.split(" ", 2)[0];
        if (kind.equals("half")) {
            throw new MalformedReleasesException("bundle", "it ends in the middle of \"a word\"\nand a line");
        }
        if (kind.equals("rolledback")) {
            throw new RejectedReleasesException(ReleasesReason.LIST_ROLLBACK, "version 7 or higher", text);
        }
        if (kind.equals("early") && !late) {
            throw new RejectedReleasesException(ReleasesReason.LIST_NOT_YET_VALID, "issued in the past", text);
        }
        if (kind.equals("unkept")) {
            throw new IOException("the disk is full");
        }
        if (kind.equals("broken")) {
            throw new IllegalStateException("a fault of ours");
        }
        boolean changed = !text.equals(inForce);
        inForce = text;
        return changed;
    }
}
