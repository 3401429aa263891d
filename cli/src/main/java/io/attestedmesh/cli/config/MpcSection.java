package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.mpc.kms.KmsLimits;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [mpc]}: this node as a party of computations. The others are those {@code [[peers]]} that have a party.
 *
 * @param party its id
 * @param context name of the context that all of them are in; empty where {@code [[contexts]]} say which there are
 * @param giveUp how long a message is tried that a party does not accept
 * @param parkedSessions of one party that wait here for a session to be opened
 * @param parkedLife how long they wait
 * @param kms what the wire format of KMS networks may cost, where this node speaks it
 */
public record MpcSection(
        int party,
        Optional<String> context,
        Optional<Duration> giveUp,
        Optional<Integer> parkedSessions,
        Optional<Duration> parkedLife,
        Optional<KmsLimits> kms) {
    private static final int MOST_PARKED = 1_000_000;
    private static final int LEAST_KMS_MESSAGE = 1 << 20;

    /** Empty if nothing is said about it. */
    static Optional<MpcSection> read(Section section) throws CommandException {
        if (section.isAbsent()) {
            return Optional.empty();
        }
        Optional<Integer> party = PartyKeys.id(section);
        if (party.isEmpty()) {
            throw section.wrong("party", "is missing", "it is this node's id among the parties, from 1");
        }
        Optional<String> context = section.text("context");
        if (context.isPresent()) {
            ContextSection.name(section, "context", context.get());
        }
        MpcSection mpc = new MpcSection(
                party.get(),
                context,
                section.duration("give-up"),
                section.integer("parked-sessions", 1, MOST_PARKED),
                section.duration("parked-life"),
                kms(section));
        section.refuseUnknownKeys();
        return Optional.of(mpc);
    }

    private static Optional<KmsLimits> kms(Section section) throws CommandException {
        Optional<Integer> bytes = section.integer("kms-message-bytes", LEAST_KMS_MESSAGE, KmsLimits.MOST_MESSAGE_BYTES);
        if (section.flag("kms")) {
            return Optional.of(bytes.map(KmsLimits.DEFAULT::withMessageBytes).orElse(KmsLimits.DEFAULT));
        }
        if (bytes.isPresent()) {
            throw section.wrong("kms-message-bytes", "stands without kms", "add kms = true, or remove it");
        }
        return Optional.empty();
    }
}
