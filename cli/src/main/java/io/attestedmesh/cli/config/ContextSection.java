package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import java.util.List;
import java.util.Set;

/**
 * {@code [[contexts]]}: parties that compute together. Without any, all parties do, in the context of {@code [mpc]}.
 *
 * @param name 1 to 64 letters, digits, dots, hyphens and underscores
 * @param parties their ids, with this node's
 * @param releases names of the releases that all others of them may run, of those that each may; empty if any of these
 */
public record ContextSection(String name, List<Integer> parties, Set<String> releases) {
    static ContextSection read(Section section) throws CommandException {
        String name = name(section, "name", section.requiredText("name"));
        ContextSection context = new ContextSection(
                name, section.numbers("parties", 1, Party.LARGEST_ID), Set.copyOf(section.texts("releases")));
        section.refuseUnknownKeys();
        return context;
    }

    static String name(Section section, String key, String name) throws CommandException {
        if (!MpcContext.isName(name)) {
            throw section.wrong(key, "is not a name", "it has 1 to 64 letters, digits, dots and hyphens");
        }
        return name;
    }
}
