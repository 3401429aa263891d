package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.OneLine;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * How AWS is reached; what is absent is as the SDK finds it by itself (environment, profile, instance).
 *
 * <p>Inside an enclave the address of a service leads through the bridge to the parent, and TLS passes through it: that
 * connection ends here, so nothing but {@code https} is taken.
 *
 * @param endpoint a base address other than AWS's own for the region, {@code https}, without query
 * @param authorities who vouches for the servers; none means the platform's trust store
 * @param timeout of a call with all its attempts
 */
public record AwsSettings(
        Optional<Region> region,
        Optional<URI> endpoint,
        Optional<AwsCredentialsProvider> credentials,
        List<X509Certificate> authorities,
        Duration timeout) {
    /** All as the SDK finds it, 30 seconds a call. */
    public static final AwsSettings DEFAULTS =
            new AwsSettings(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Duration.ofSeconds(30));

    /** @throws IllegalArgumentException for an endpoint that is not {@code https}, or a timeout of nothing */
    public AwsSettings {
        authorities = List.copyOf(authorities);
        endpoint.ifPresent(AwsSettings::requireHttps);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout of " + timeout);
        }
    }

    private static void requireHttps(URI endpoint) {
        if (!"https".equalsIgnoreCase(endpoint.getScheme())
                || endpoint.getHost() == null
                || endpoint.getRawUserInfo() != null
                || endpoint.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "\"" + OneLine.of(endpoint.toString()) + "\" is no endpoint like https://kms.example");
        }
    }

    public AwsSettings withRegion(String name) {
        return new AwsSettings(Optional.of(Region.of(name)), endpoint, credentials, authorities, timeout);
    }

    public AwsSettings withEndpoint(URI address) {
        return new AwsSettings(region, Optional.of(address), credentials, authorities, timeout);
    }

    public AwsSettings withCredentials(AwsCredentialsProvider provider) {
        return new AwsSettings(region, endpoint, Optional.of(provider), authorities, timeout);
    }

    public AwsSettings withAuthorities(List<X509Certificate> certificates) {
        return new AwsSettings(region, endpoint, credentials, certificates, timeout);
    }

    public AwsSettings withTimeout(Duration span) {
        return new AwsSettings(region, endpoint, credentials, authorities, span);
    }
}
