package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.MalformedReleasesException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The largest checkpoint of each log that a witness signed: a line {@value #HEAD}, then for each log an empty line and the
 * three lines of the checkpoint.
 */
record WitnessState(Map<String, Checkpoint> byOrigin) {
    static final WitnessState EMPTY = new WitnessState(Map.of());

    private static final String HEAD = "amesh-witness-v1";
    private static final String WHAT = "witness state";
    private static final int MAX_BYTES = 1 << 20;

    WitnessState {
        byOrigin = Map.copyOf(byOrigin);
    }

    static WitnessState read(Path file) throws IOException, MalformedReleasesException {
        try (InputStream in = Files.newInputStream(file)) {
            return parse(Bytes.of(in.readNBytes(MAX_BYTES + 1)));
        }
    }

    static WitnessState parse(Bytes encoded) throws MalformedReleasesException {
        if (encoded.size() > MAX_BYTES) {
            throw new MalformedReleasesException(WHAT, "longer than " + MAX_BYTES + " bytes");
        }
        String text = StrictText.decodeUtf8(WHAT, encoded);
        // Every part but the last has lost its last line feed to the split.
        String[] parts = text.split("\n\n", -1);
        Map<String, Checkpoint> found = new TreeMap<>();
        for (int i = 0; i < parts.length; i++) {
            String part = i == parts.length - 1 ? parts[i] : parts[i] + "\n";
            if (i == 0) {
                if (!part.equals(HEAD + "\n")) {
                    throw new MalformedReleasesException(WHAT, "does not begin with the line " + HEAD);
                }
                continue;
            }
            Checkpoint checkpoint = Checkpoint.parse(part);
            if (found.put(checkpoint.origin(), checkpoint) != null) {
                throw new MalformedReleasesException(WHAT, "twice " + OneLine.of(checkpoint.origin()));
            }
        }
        return new WitnessState(found);
    }

    Optional<Checkpoint> of(String origin) {
        return Optional.ofNullable(byOrigin.get(origin));
    }

    WitnessState with(Checkpoint checkpoint) {
        Map<String, Checkpoint> all = new TreeMap<>(byOrigin);
        all.put(checkpoint.origin(), checkpoint);
        return new WitnessState(all);
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        new TreeMap<>(byOrigin).values().forEach(each -> text.append('\n').append(each.text()));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
