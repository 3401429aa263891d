package io.attestedmesh.federated.learn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A learner in a process of its own: keeps parameters, answers a fit with its configuration, or ends when it is to fit, or never does. */
final class FakeLearner {
    private FakeLearner() {}

    /** The command that starts one, but for the socket. */
    static List<String> command(String mode) {
        String java = System.getProperty("java.home") + "/bin/java";
        return List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FakeLearner.class.getName(),
                mode);
    }

    public static void main(String[] arguments) throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[1]))) {
            ByteBuffer kept = ByteBuffer.allocate(0);
            while (true) {
                Frame request = Frame.read(channel, 1 << 24);
                String name = request.header().path("request").textValue();
                ObjectNode answer = Frame.JSON.createObjectNode().put("answer", name);
                List<ByteBuffer> body = List.of();
                switch (name) {
                    case "hello" -> answer.put("version", 1);
                    case "set" -> kept = request.body();
                    case "get" -> body = List.of(kept.duplicate());
                    case "fit" -> {
                        if (arguments[0].equals("dies")) {
                            System.err.println("out of memory\u001b[31m");
                            System.exit(7);
                        }
                        if (request.header().path("config").has("never")) {
                            new CountDownLatch(1).await();
                        }
                        answer.put("examples", 5)
                                .set("metrics", request.header().path("config"));
                    }
                    default -> answer.put("error", "no such thing as " + name);
                }
                Frame.write(channel, Frame.encode(answer, body));
            }
        } catch (EOFException e) {
            System.err.println("closed");
        }
    }
}
