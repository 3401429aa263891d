package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.RootWords;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A trust root that nobody has signed yet. */
final class RootDraft {
    private RootDraft() {}

    interface Made<T> {
        T make() throws CommandException, IOException;
    }

    /** What a value refuses is a wrong command line. */
    static <T> T checked(Made<T> made) throws CommandException, IOException {
        try {
            return made.make();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("no such trust root can be made: " + e.getMessage(), "", e);
        }
    }

    static KeySet keys(List<NamedKey> keys, int threshold, Terminal terminal) {
        KeySet set = new KeySet(keys, threshold);
        if (threshold == keys.size() && threshold > 1) {
            terminal.warn("all " + threshold + " keys must sign: if one is lost, this root cannot be replaced");
        } else if (threshold == 1) {
            terminal.warn("one key alone signs lists, and the next root");
        }
        return set;
    }

    static void write(TrustRoot root, Destination destination, Terminal terminal, boolean json)
            throws CommandException, IOException {
        Path file = destination.required();
        destination.write(file, root.encode());
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("list", root.list());
            line.put("version", root.version());
            line.put("expiresAt", root.expiresAt());
            line.put("threshold", root.keys().threshold());
            line.put("keys", root.keys().keys().stream().map(NamedKey::name).toList());
            terminal.json(line);
        } else {
            terminal.print(file.toString());
        }
        terminal.say("Draft of " + RootWords.title(root) + ": " + root.keys().threshold() + " of "
                + Times.counted(root.keys().keys().size(), "key") + ", expires " + root.expiresAt()
                + "; next: amesh root sign " + file + " --key KEY"
                + (root.version() > 1 ? " --previous ROOT" : ""));
    }
}
