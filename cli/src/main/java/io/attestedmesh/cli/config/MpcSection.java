package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.mpc.party.MpcContext;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [mpc]}: this node as a party of computations. The others are those {@code [[peers]]} that have a party.
 *
 * @param party its id
 * @param context name of the context that all of them are in
 * @param giveUp how long a message is tried that a party does not accept
 * @param parkedSessions of one party that wait here for a session to be opened
 * @param parkedLife how long they wait
 */
public record MpcSection(
        int party,
        String context,
        Optional<Duration> giveUp,
        Optional<Integer> parkedSessions,
        Optional<Duration> parkedLife) {
    private static final int MOST_PARKED = 1_000_000;

    /** Empty if nothing is said about it. */
    static Optional<MpcSection> read(Section section) throws CommandException {
        if (section.isAbsent()) {
            return Optional.empty();
        }
        Optional<Integer> party = PartyKeys.id(section);
        if (party.isEmpty()) {
            throw section.wrong("party", "is missing", "it is this node's id among the parties, from 1");
        }
        String context = section.text("context").orElse("default");
        if (!MpcContext.isName(context)) {
            throw section.wrong("context", "is not a name", "it has 1 to 64 letters, digits, dots and hyphens");
        }
        MpcSection mpc = new MpcSection(
                party.get(),
                context,
                section.duration("give-up"),
                section.number("parked-sessions", 1, MOST_PARKED).map(Long::intValue),
                section.duration("parked-life"));
        section.refuseUnknownKeys();
        return Optional.of(mpc);
    }
}
