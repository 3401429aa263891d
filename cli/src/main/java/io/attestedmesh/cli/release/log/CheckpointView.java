package io.attestedmesh.cli.release.log;

import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.NoteSignature;
import io.attestedmesh.releases.log.SignedCheckpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A checkpoint as JSON. */
final class CheckpointView {
    private CheckpointView() {}

    static Map<String, Object> of(Checkpoint checkpoint) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("origin", checkpoint.origin());
        view.put("size", checkpoint.size());
        view.put("rootHash", checkpoint.rootHash().hex());
        return view;
    }

    /** Names on signature lines, each once: what they claim. */
    static List<String> signers(SignedCheckpoint checkpoint) {
        return checkpoint.note().signatures().stream()
                .map(NoteSignature::name)
                .distinct()
                .toList();
    }
}
