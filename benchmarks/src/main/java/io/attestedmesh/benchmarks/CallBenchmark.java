package io.attestedmesh.benchmarks;

import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Unary gRPC calls a second over one connection on loopback, one at a time: attested peers beside plain mutual TLS. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
public class CallBenchmark {
    /** What the connection is made with. */
    public enum Peers {
        PLAIN,
        ATTESTED
    }

    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("benchmark.Echo/Call")
            .setRequestMarshaller(new RawBytes())
            .setResponseMarshaller(new RawBytes())
            .build();

    @Param({"conscrypt", "bcjsse", "boringssl", "jdk"})
    private String engine;

    @Param
    private Peers peers;

    @Param({"1024", "1048576"})
    private int size;

    private byte[] message;
    private Server server;
    private ManagedChannel channel;
    private AttestedGrpc serverSide;
    private AttestedGrpc clientSide;

    @Setup
    public void connect() throws Exception {
        message = new byte[size];
        Parties parties = new Parties();
        TlsEngine tls = TlsEngine.byName(engine);
        if (peers == Peers.PLAIN) {
            connectPlain(parties, tls);
        } else {
            connectAttested(parties, tls);
        }
        if (call().length != size) {
            throw new IllegalStateException("the echo is not what was sent");
        }
    }

    private void connectPlain(Parties parties, TlsEngine tls) throws Exception {
        server = NettyServerBuilder.forAddress(loopback(0))
                .sslContext(tls.nettyServer(
                        keys(parties.plain(Parties.SERVER)), new ExchangeableTrust(parties.platformTrust())))
                .addService(echo())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress(loopback(server.getPort()))
                .overrideAuthority(Parties.SERVER)
                .sslContext(tls.nettyClient(
                        keys(parties.plain(Parties.CLIENT)), new ExchangeableTrust(parties.platformTrust())))
                .build();
    }

    private void connectAttested(Parties parties, TlsEngine tls) throws Exception {
        serverSide = attested(parties, tls, Parties.SERVER);
        clientSide = attested(parties, tls, Parties.CLIENT);
        server = serverSide.server(loopback(0)).addService(echo()).build().start();
        String address = InetAddress.getLoopbackAddress().getHostAddress();
        channel = clientSide.channel(address, server.getPort(), Parties.SERVER).channel();
    }

    @Benchmark
    public byte[] unary() {
        return call();
    }

    @TearDown
    public void disconnect() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        if (serverSide != null) {
            serverSide.close();
            clientSide.close();
        }
    }

    private byte[] call() {
        return ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, message);
    }

    private static AttestedGrpc attested(Parties parties, TlsEngine tls, String name) throws Exception {
        AttestedTls node = parties.tls(tls, name)
                .log(new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                .build();
        return new AttestedGrpc(node, TransportLimits.DEFAULT);
    }

    private static CredentialKeyManager keys(Credential credential) {
        return new CredentialKeyManager(CredentialSource.of(credential), Clock.systemUTC());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static ServerServiceDefinition echo() {
        return ServerServiceDefinition.builder("benchmark.Echo")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, observer) -> {
                    observer.onNext(request);
                    observer.onCompleted();
                }))
                .build();
    }
}
