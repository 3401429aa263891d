package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.node.NodeCommands;
import io.attestedmesh.cli.node.NsmSource;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/** {@code amesh node run} on a thread of its own. */
final class NodeThread {
    private final FutureTask<ExitStatus> ending;
    private final Thread thread;

    private NodeThread(Verb node) {
        ending = new FutureTask<>(node::run);
        thread = new Thread(ending, "amesh-node");
    }

    static NodeThread start(Terminal terminal, Path config, NsmSource nsms, Consumer<Address> onListening) {
        NodeThread node = new NodeThread(NodeCommands.run(terminal, config, nsms, onListening));
        node.thread.start();
        return node;
    }

    /** Waits until it ends by itself, or this thread is interrupted: then it lets the node end its calls first. */
    ExitStatus await() throws Exception {
        try {
            try {
                return ending.get();
            } catch (InterruptedException asked) {
                thread.interrupt();
                return ending.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
