package io.attestedmesh.cli.telemetry;

import io.attestedmesh.attest.x509.ServerNames;
import io.attestedmesh.cli.config.Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which hosts a request may be meant for. A web page on a name that its owner points at this machine (DNS rebinding) sends
 * that name, and is not answered.
 *
 * @param configured host of {@code [telemetry] listen}
 * @param bound where the server listens
 */
record HostHeader(String configured, InetAddress bound) {
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}\\]|[^:\\[\\]]{1,253})(?::[0-9]{1,5})?");

    /** Of all the values that a request has; the port does not matter, for one may be forwarded. */
    boolean accepts(List<String> values) {
        if (values.size() != 1) {
            return false;
        }
        Matcher parts = FORM.matcher(values.get(0));
        if (!parts.matches()) {
            return false;
        }
        String host = parts.group(1).toLowerCase(Locale.ROOT);
        Optional<String> number = ServerNames.address(host);
        if (number.isPresent()) {
            // nobody can point a number elsewhere
            return bound.isAnyLocalAddress() || number.equals(ServerNames.address(bound.getHostAddress()));
        }
        return new Address(host, 0).isLocalhost() || host.equals(configured.toLowerCase(Locale.ROOT));
    }
}
