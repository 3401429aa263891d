package io.attestedmesh.enclave.secrets;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The SDK's clients over the JDK's own HTTPS, with bounds on time, attempts and the size of answers. */
public final class AwsClients {
    /** A call is tried so often, with the SDK's pauses in between. */
    public static final int ATTEMPTS = 3;

    /** An answer of KMS is JSON of some 20 KB at most. */
    private static final int MAX_KMS_ANSWER = 64 << 10;

    private static final int MAX_S3_ANSWER = SealedEnvelope.MAX_SIZE + (64 << 10);

    private AwsClients() {}

    /**
     * For {@link AttestedKms}, {@link OperatorKms} and {@link KmsSigner}, which close it.
     *
     * @throws IllegalArgumentException if the settings say no region, and the SDK finds none
     */
    public static KmsClient kms(AwsSettings settings) {
        return kms(settings, threeAttempts());
    }

    static KmsClient kms(AwsSettings settings, RetryStrategy retries) {
        KmsClientBuilder client = KmsClient.builder().httpClient(http(settings, MAX_KMS_ANSWER));
        settle(client, settings, retries);
        return built(client, settings);
    }

    /**
     * For {@link SealedState}, which closes it. A server other than AWS's has the bucket in the path.
     *
     * @throws IllegalArgumentException as {@link #kms}
     */
    public static S3Client s3(AwsSettings settings) {
        return s3(settings, threeAttempts());
    }

    static S3Client s3(AwsSettings settings, RetryStrategy retries) {
        S3ClientBuilder client = S3Client.builder()
                .httpClient(http(settings, MAX_S3_ANSWER))
                .forcePathStyle(settings.endpoint().isPresent())
                // an envelope has its own integrity, and servers other than AWS's may not know the SDK's trailers
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        settle(client, settings, retries);
        return built(client, settings);
    }

    private static <C> C built(AwsClientBuilder<?, C> client, AwsSettings settings) {
        try {
            return client.build();
        } catch (SdkClientException e) {
            String problem =
                    settings.region().isEmpty() ? "no AWS region is given, and none was found" : e.getMessage();
            throw new IllegalArgumentException(problem, e);
        }
    }

    private static void settle(AwsClientBuilder<?, ?> client, AwsSettings settings, RetryStrategy retries) {
        client.overrideConfiguration(
                call -> call.apiCallTimeout(settings.timeout()).retryStrategy(retries));
        settings.region().ifPresent(client::region);
        settings.endpoint().ifPresent(client::endpointOverride);
        settings.credentials().ifPresent(client::credentialsProvider);
    }

    private static StandardRetryStrategy threeAttempts() {
        return DefaultRetryStrategy.standardStrategyBuilder()
                .maxAttempts(ATTEMPTS)
                .build();
    }

    private static SdkHttpClient http(AwsSettings settings, int maxAnswer) {
        UrlConnectionHttpClient.Builder http = UrlConnectionHttpClient.builder()
                .connectionTimeout(settings.timeout())
                .socketTimeout(settings.timeout());
        if (!settings.authorities().isEmpty()) {
            TrustManager[] trusted = trustManagers(settings.authorities());
            http.tlsTrustManagersProvider(() -> trusted);
        }
        return new BoundedHttp(http.build(), maxAnswer);
    }

    private static TrustManager[] trustManagers(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the authorities cannot be used", e);
        }
    }
}
