package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.OneLine;
import java.net.URI;
import java.util.regex.Pattern;

/** Which addresses are asked for releases: TLS everywhere, plain HTTP only inside this machine. */
final class WebAddress {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    private WebAddress() {}

    /** @throws IllegalArgumentException with a line that says why the address is not asked */
    static void require(URI address) {
        String shown = shown(address);
        if (address.getHost() == null || address.getHost().isEmpty()) {
            throw new IllegalArgumentException(shown + " names no host");
        }
        if (address.getRawUserInfo() != null) {
            throw new IllegalArgumentException(shown + ": no user or password stands in an address");
        }
        if (address.getRawFragment() != null) {
            throw new IllegalArgumentException(shown + ": an address has no #fragment here");
        }
        if (isPlain(address) && !LOOPBACK.matcher(address.getHost()).matches()) {
            throw new IllegalArgumentException(shown + ": plain http is for loopback addresses only; use https");
        }
        if (!isPlain(address) && !"https".equalsIgnoreCase(address.getScheme())) {
            throw new IllegalArgumentException(shown + " is no https address");
        }
    }

    static boolean isPlain(URI address) {
        return "http".equalsIgnoreCase(address.getScheme());
    }

    /**
     * Where a redirect leads.
     *
     * @throws IllegalArgumentException if that is no address, one that is not asked, or no longer TLS
     */
    static URI redirected(URI from, String location) {
        URI to = from.resolve(location);
        require(to);
        if (isPlain(to) && !isPlain(from)) {
            throw new IllegalArgumentException(shown(to) + " would leave TLS");
        }
        return to;
    }

    /** Without user and query: a signed address is a secret. */
    static String shown(URI address) {
        String port = address.getPort() < 0 ? "" : ":" + address.getPort();
        String query = address.getRawQuery() == null ? "" : "?...";
        return OneLine.of(address.getScheme() + "://" + address.getHost() + port + address.getRawPath() + query);
    }
}
