package io.attestedmesh.cli.node;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.cli.node.proto.HelloReply;
import io.attestedmesh.cli.node.proto.HelloRequest;
import io.attestedmesh.cli.node.proto.NodeGrpc;
import io.attestedmesh.transport.grpc.PeerContext;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** Answers a caller with what its connection proved, and only if that is who the caller says it is. */
public final class NodeService extends NodeGrpc.NodeImplBase {
    private static final System.Logger LOG = System.getLogger(NodeService.class.getName());

    private final PeerIdentity self;

    public NodeService(PeerIdentity self) {
        this.self = self;
    }

    @Override
    public void hello(HelloRequest request, StreamObserver<HelloReply> reply) {
        AttestedPeer caller = PeerContext.current();
        if (!request.getSender().equals(caller.identity().name())) {
            // what it claimed is not logged: it is the caller's choice, and of any length
            LOG.log(System.Logger.Level.WARNING, "wrong sender: {0} says that it is another", caller.identity());
            reply.onError(Status.UNAUTHENTICATED.withDescription("wrong sender").asRuntimeException());
            return;
        }
        reply.onNext(HelloReply.newBuilder()
                .setReceiver(self.name())
                .setCaller(caller.identity().name())
                .setCallerRelease(
                        caller.attestation().map(AttestationResult::releaseName).orElse(""))
                .setCallerSimulated(caller.simulated())
                .build());
        reply.onCompleted();
    }
}
