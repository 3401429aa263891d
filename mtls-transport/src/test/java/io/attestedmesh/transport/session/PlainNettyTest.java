package io.attestedmesh.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ImmediateExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An {@link SslHandler} that nobody watches: its engine waits for documents in delegated tasks. */
class PlainNettyTest {
    private static final List<String> PROTOCOLS = List.of("echo");
    private static final int CONNECTIONS = 40;

    private static AttestedTls tls(SimulatedMesh mesh, Credential credential) throws Exception {
        return mesh.tls(
                TlsEngine.preferred(),
                CredentialSource.of(credential),
                new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()));
    }

    private static final class Echo extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            var unused = context.writeAndFlush(message.retain());
        }
    }

    private static final class FirstAnswer extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<String> answer;

        FirstAnswer(CompletableFuture<String> answer) {
            this.answer = answer;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            answer.complete(message.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on the event loop", "on threads of their own"})
    void connections_withTasksThere_attestInTheSession(String where) throws Exception {
        Assumptions.assumeTrue(TlsEngine.preferred().hasExporter());
        SimulatedMesh mesh = new SimulatedMesh();
        SslContext server = tls(mesh, mesh.honestA()).nettyServer(PeerEvents.NONE, PROTOCOLS);
        SslContext client = tls(mesh, mesh.honestB()).nettyClient(PeerEvents.NONE, PROTOCOLS);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        ExecutorService threads = Executors.newCachedThreadPool();
        Executor tasks = where.equals("on the event loop") ? ImmediateExecutor.INSTANCE : threads;
        try {
            Channel listening = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel accepted) {
                            accepted.pipeline().addLast(server.newHandler(accepted.alloc(), tasks), new Echo());
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            for (int i = 0; i < CONNECTIONS; i++) {
                CompletableFuture<String> answer = new CompletableFuture<>();
                Channel connected = connect(loops, client, tasks, listening, answer);
                SslHandler handler = connected.pipeline().get(SslHandler.class);
                var unused = connected.writeAndFlush(Unpooled.copiedBuffer("question " + i, StandardCharsets.UTF_8));
                assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("question " + i);
                assertThat(AttestedPeer.of(handler.engine().getSession())
                                .orElseThrow()
                                .freshness())
                        .isEqualTo(Freshness.SESSION);
                assertThat(handler.applicationProtocol()).isEqualTo("echo");
                connected.close().sync();
            }
        } finally {
            loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
            threads.shutdownNow();
        }
    }

    private static Channel connect(
            EventLoopGroup loops, SslContext client, Executor tasks, Channel server, CompletableFuture<String> answer)
            throws InterruptedException {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        return new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connecting) {
                        connecting
                                .pipeline()
                                .addLast(
                                        client.newHandler(
                                                connecting.alloc(), SimulatedMesh.A, address.getPort(), tasks),
                                        new FirstAnswer(answer));
                    }
                })
                .connect(address)
                .sync()
                .channel();
    }
}
