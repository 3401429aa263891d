package io.attestedmesh.cli.pki;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import java.util.regex.Pattern;

/** A node's name as operators use it: subject of its certificates and name of its folder, so never a path. */
record NodeName(String value) {
    private static final Pattern FORM =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?!\\.)){0,61}[A-Za-z0-9]|[A-Za-z0-9]");

    static NodeName of(String typed) throws CommandException {
        if (!FORM.matcher(typed).matches()) {
            throw CommandException.usage(
                    "not a name for a node: " + Terminal.printable(typed),
                    "1 to 63 letters, digits, dots, hyphens and underscores, a letter or digit at both ends");
        }
        return new NodeName(typed);
    }

    @Override
    public String toString() {
        return value;
    }
}
