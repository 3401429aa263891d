package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.party.WireFormat;
import java.util.Optional;
import java.util.Set;

/**
 * What makes a peer a party.
 *
 * @param id its id among the parties
 * @param address where it listens
 * @param releases names of the releases that it may run, empty for any that is accepted
 * @param format how messages go to it
 */
public record PartyKeys(int id, Address address, Set<String> releases, WireFormat format) {
    static Optional<Integer> id(Section section) throws CommandException {
        return section.integer("party", 1, Party.LARGEST_ID);
    }

    /** Empty if the peer is none. */
    static Optional<PartyKeys> read(Section section) throws CommandException {
        Optional<Integer> id = id(section);
        Optional<Address> address = section.address("address");
        Set<String> releases = Set.copyOf(section.texts("party-releases"));
        Optional<WireFormat> format = section.choice("party-format", WireFormat.class);
        if (id.isEmpty()) {
            if (address.isPresent() || !releases.isEmpty() || format.isPresent()) {
                throw section.wrong(
                        "party", "is missing", "address, party-releases and party-format are those of a party");
            }
            return Optional.empty();
        }
        if (address.isEmpty() || address.get().port() == 0) {
            throw section.wrong("address", "is missing", "a party is called: say where it listens, \"10.0.0.7:7443\"");
        }
        return Optional.of(new PartyKeys(id.get(), address.get(), releases, format.orElse(WireFormat.AMESH)));
    }
}
