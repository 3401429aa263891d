package io.attestedmesh.cli.config;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.federated.gossip.Member;
import java.util.Optional;

/**
 * What {@code [federated]} says of a node that learns by gossip.
 *
 * @param address where others call it, as they spell it
 * @param pickle whether nodes of P2PFL get and send pickles
 * @param insecureUnattested whether peers are taken that do not prove what they run
 */
public record GossipSection(String address, boolean pickle, boolean insecureUnattested) {
    static Optional<GossipSection> read(Section section) throws CommandException {
        Optional<String> address = address(section);
        boolean pickle = section.flag("gossip-pickle");
        boolean unattested = section.flag("insecure-gossip-unattested");
        if (address.isEmpty() && (pickle || unattested)) {
            throw section.wrong(
                    "gossip-address",
                    "is missing",
                    "gossip-pickle and insecure-gossip-unattested are those of a node that learns by gossip");
        }
        return address.map(where -> new GossipSection(where, pickle, unattested));
    }

    /** The key of the same name in a peer's section is read alike. */
    static Optional<String> address(Section section) throws CommandException {
        Optional<String> address = section.text("gossip-address");
        if (address.isPresent()) {
            try {
                new Member(address.get(), new PeerIdentity("any.example"));
            } catch (IllegalArgumentException e) {
                throw section.wrong("gossip-address", "is not IP:PORT", "say \"10.0.0.7:5001\" or \"[fd00::7]:5001\"");
            }
        }
        return address;
    }
}
