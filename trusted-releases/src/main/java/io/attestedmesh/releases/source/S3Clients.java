package io.attestedmesh.releases.source;

import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
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
                .httpClient(new S3Http(settings))
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
}
