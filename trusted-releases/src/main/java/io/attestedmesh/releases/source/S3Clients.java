package io.attestedmesh.releases.source;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The SDK's client, set up for one object of one bucket. */
final class S3Clients {
    /** What servers that are not AWS's expect to be called, unless told otherwise. */
    private static final Region OTHER_SERVERS = Region.US_EAST_1;

    private S3Clients() {}

    /** @param credentials empty for the SDK's default chain */
    static S3Client of(S3Location location, SourceSettings settings, Optional<AwsCredentialsProvider> credentials) {
        S3ClientBuilder client = S3Client.builder()
                .httpClient(http(location, settings))
                // the next look is the retry
                .overrideConfiguration(call ->
                        call.apiCallTimeout(settings.timeout()).retryStrategy(DefaultRetryStrategy.doNotRetry()));
        credentials.ifPresent(client::credentialsProvider);
        location.region().map(Region::of).ifPresent(client::region);
        location.endpoint().ifPresent(endpoint -> {
            client.endpointOverride(endpoint).forcePathStyle(true);
            if (location.region().isEmpty()) {
                client.region(OTHER_SERVERS);
            }
        });
        return client.build();
    }

    private static SdkHttpClient http(S3Location location, SourceSettings settings) {
        UrlConnectionHttpClient.Builder http = UrlConnectionHttpClient.builder()
                .connectionTimeout(settings.connectTimeout())
                .socketTimeout(settings.timeout());
        if (location.endpoint().filter(WebAddress::isPlain).isPresent()) {
            // plain HTTP stays inside the machine
            http.proxyConfiguration(ProxyConfiguration.builder()
                    .useSystemPropertyValues(false)
                    .useEnvironmentVariablesValues(false)
                    .build());
        } else {
            settings.proxy()
                    .ifPresent(proxy -> http.proxyConfiguration(ProxyConfiguration.builder()
                            .endpoint(URI.create("http://" + host(proxy) + ":" + proxy.getPort()))
                            .build()));
        }
        if (!settings.authorities().isEmpty()) {
            TrustManager[] managers = managers(settings.authorities());
            http.tlsTrustManagersProvider(() -> managers);
        }
        return http.build();
    }

    private static String host(InetSocketAddress proxy) {
        String host = proxy.getHostString();
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    private static TrustManager[] managers(List<X509Certificate> authorities) {
        try {
            return Authorities.trustManagers(authorities);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no TLS with these authorities", e);
        }
    }
}
