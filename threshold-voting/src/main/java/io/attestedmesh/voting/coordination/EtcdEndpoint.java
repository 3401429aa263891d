package io.attestedmesh.voting.coordination;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A connection to one server of etcd, made when it is needed. */
final class EtcdEndpoint {
    private static final int LARGEST_MESSAGE = 16 * 1024 * 1024;
    private static final long PING_SECONDS = 10; // etcd hangs up on who asks more often than every 5
    private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final URI name;
    private final ManagedChannel channel;
    private final AtomicLong reset = new AtomicLong(System.nanoTime());

    EtcdEndpoint(URI name, ChannelCredentials credentials, Duration timeout) {
        this.name = name;
        this.channel = Grpc.newChannelBuilderForAddress(name.getHost(), name.getPort(), credentials)
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .disableRetry()
                .disableServiceConfigLookUp()
                .build();
    }

    static ChannelCredentials credentials(EtcdSettings settings) throws CoordinationException {
        if (settings.tls().isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        EtcdSettings.Tls tls = settings.tls().get();
        try {
            TlsChannelCredentials.Builder builder =
                    TlsChannelCredentials.newBuilder().trustManager(tls.ca().toFile());
            if (tls.client().isPresent()) {
                EtcdSettings.ClientFiles files = tls.client().get();
                builder.keyManager(files.certificate().toFile(), files.key().toFile());
            }
            return builder.build();
        } catch (IOException e) {
            throw new CoordinationException("the PEM files for etcd cannot be read: " + e, e);
        }
    }

    ManagedChannel channel() {
        return channel;
    }

    /** Connects again at once: gRPC alone waits for longer and longer, up to two minutes. */
    void reconnect() {
        long now = System.nanoTime();
        long last = reset.get();
        if (now - last > RECONNECT_NANOS && reset.compareAndSet(last, now)) {
            channel.resetConnectBackoff();
        }
    }

    void close() {
        channel.shutdownNow();
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
