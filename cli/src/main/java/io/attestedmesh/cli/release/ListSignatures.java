package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.document.Progress;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is said of a signed list that was just written: its signatures, and what comes next. */
record ListSignatures(Path file, SignedEnvelope envelope, Optional<ListProgress> progress) {
    void print(Terminal terminal, boolean json) {
        if (json) {
            terminal.json(view());
        } else {
            terminal.print(file.toString());
        }
        terminal.say(words());
    }

    private Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("file", file);
        view.put("sha384", envelope.payloadDigest().hex());
        view.put(
                "keyIds",
                envelope.signatures().stream().map(EnvelopeSignature::keyId).toList());
        progress.ifPresent(known -> view.putAll(known.progress().view()));
        return view;
    }

    private String words() {
        if (progress.isEmpty()) {
            return file + " has " + Times.counted(envelope.signatures().size(), "signature")
                    + "; next: amesh release sign " + file
                    + " --key KEY, or amesh release publish (--root counts them)";
        }
        Progress known = progress.get().progress();
        return known.isComplete()
                ? file + ": " + known.words() + "; next: amesh release publish " + file
                : file + ": " + known.words() + "; next: amesh release sign by " + known.missing() + " of "
                        + known.others() + ", or amesh release assemble what they sign";
    }
}
