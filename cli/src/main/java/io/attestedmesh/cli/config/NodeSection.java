package io.attestedmesh.cli.config;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.cli.command.CommandException;
import java.util.Locale;

/**
 * {@code [node]}: who this node is.
 *
 * @param name its identity, which stands among the SANs of its certificate
 * @param listen where it accepts connections
 * @param mode where its certificate comes from
 */
public record NodeSection(PeerIdentity name, Address listen, PeerMode mode) {
    private static final Address LISTEN = new Address("127.0.0.1", 7443);

    static NodeSection read(Section section) throws CommandException {
        String name = section.requiredText("name");
        NodeSection node;
        try {
            node = new NodeSection(
                    new PeerIdentity(name),
                    section.address("listen").orElse(LISTEN),
                    section.choice("mode", PeerMode.class).orElse(PeerMode.MANUAL));
        } catch (IllegalArgumentException e) {
            throw section.wrong("name", "is not an identity", "it is a DNS name or an IP address");
        }
        section.refuseUnknownKeys();
        return node;
    }

    /** The mode as the file spells it. */
    public String modeName() {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
