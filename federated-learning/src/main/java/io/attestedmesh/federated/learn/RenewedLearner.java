package io.attestedmesh.federated.learn;

import io.attestedmesh.federated.model.Model;
import java.util.Map;

/**
 * An {@link ExternalLearner} that is opened anew when the last one was closed: by an interrupted request, such as when learning
 * was stopped, or by the end of its process. A new one has the parameters that its process begins with.
 */
public final class RenewedLearner implements Learner, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RenewedLearner.class.getName());

    /** Where learners come from. */
    public interface Source {
        ExternalLearner open() throws LearnerException, InterruptedException;
    }

    private final Source source;
    private volatile ExternalLearner current;
    private volatile boolean closed;

    /** Opens the first one. */
    public RenewedLearner(Source source) throws LearnerException, InterruptedException {
        this.source = source;
        this.current = source.open();
    }

    private Learner open() throws LearnerException, InterruptedException {
        if (!closed && !current.isOpen()) {
            LOG.log(System.Logger.Level.WARNING, "event=federated.learner.renewed");
            current = source.open();
        }
        if (closed) { // meanwhile, it may be
            current.close();
        }
        return current;
    }

    @Override
    public Model get() throws LearnerException, InterruptedException {
        return open().get();
    }

    @Override
    public void set(Model model) throws LearnerException, InterruptedException {
        open().set(model);
    }

    @Override
    public Fit fit(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        return open().fit(config);
    }

    @Override
    public Evaluation evaluate(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        return open().evaluate(config);
    }

    /** Closes the last one, and opens no more. May come from another thread. */
    @Override
    public void close() {
        closed = true;
        current.close();
    }
}
