package io.attestedmesh.cli.config;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.NamePolicy;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.cli.command.CommandException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@code [[peers]]}: one peer that may talk to this node. Without any, every node under {@code [tls] ca} may.
 *
 * @param name its identity
 * @param declaredMode where its certificate comes from, if not from where this node's comes
 * @param namePolicy how its certificate shows its identity
 * @param ca what its chain ends at, if not {@code [tls] ca}
 * @param certificate the exact certificate, name policy pinned
 * @param party what makes it a party of computations, if it is one
 * @param gossipAddress where it listens as a node that learns by gossip, if it is one
 * @param votingAddress where it listens as a node that votes, if this node is to call it there
 * @param declaredLevel what its evidence must prove about a connection, if this section says so
 * @param moduleId the one enclave that its evidence must come from
 * @param pcrs registers that it must have beside those of its release: pcr3 (role), pcr4 (instance), pcr8 (signer)
 */
public record PeerSection(
        String name,
        Optional<PeerMode> declaredMode,
        NamePolicy namePolicy,
        Optional<Path> ca,
        Optional<Path> certificate,
        Optional<Freshness> declaredLevel,
        Optional<String> moduleId,
        Map<Integer, Bytes> pcrs,
        Optional<PartyKeys> party,
        Optional<String> gossipAddress,
        Optional<Address> votingAddress) {
    private static final Pattern MODULE_ID = Pattern.compile("[!-~]{1,128}");

    static PeerSection read(Section section) throws CommandException {
        Optional<Path> certificate = section.path("certificate");
        PeerSection peer = new PeerSection(
                section.requiredText("name"),
                section.choice("mode", PeerMode.class),
                section.choice("name-policy", NamePolicy.class)
                        .orElse(certificate.isPresent() ? NamePolicy.PINNED : NamePolicy.SAN),
                section.path("ca"),
                certificate,
                section.choice("level", Freshness.class),
                moduleId(section),
                pcrs(section),
                PartyKeys.read(section),
                GossipSection.address(section),
                section.address("voting-address"));
        if (certificate.isPresent() != (peer.namePolicy == NamePolicy.PINNED)) {
            throw section.wrong("certificate", "and name-policy pinned come together", "add the one that is missing");
        }
        section.refuseUnknownKeys();
        return peer;
    }

    /** Where its certificate comes from, given where this node's comes from. */
    public PeerMode mode(PeerMode ofThisNode) {
        return declaredMode.orElse(ofThisNode);
    }

    private static Optional<String> moduleId(Section section) throws CommandException {
        Optional<String> id = section.text("module-id");
        if (id.isPresent() && !MODULE_ID.matcher(id.get()).matches()) {
            throw section.wrong(
                    "module-id",
                    "is no module id",
                    "'amesh node ping' shows it: i-0123456789abcdef0-enc0123456789abcdef");
        }
        return id;
    }

    private static Map<Integer, Bytes> pcrs(Section section) throws CommandException {
        Map<Integer, Bytes> pcrs = new TreeMap<>();
        for (int index : new int[] {3, 4, 8}) {
            String key = "pcr" + index;
            Optional<String> text = section.text(key);
            if (text.isEmpty()) {
                continue;
            }
            try {
                Pcr pcr = new Pcr(index, Bytes.fromHex(text.get()));
                if (pcr.value().isZero()) {
                    throw section.wrong(key, "is all zero, which is no pin", "leave it out, or give the real value");
                }
                pcrs.put(index, pcr.value());
            } catch (IllegalArgumentException e) {
                throw section.wrong(key, "is not a register", "it has 96 hexadecimal digits");
            }
        }
        return pcrs;
    }
}
