package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.voting.coordination.PublisherState;
import io.attestedmesh.voting.ledger.LedgerState;
import io.attestedmesh.voting.ledger.LedgerStatus;
import io.attestedmesh.voting.node.VotingNode;
import io.attestedmesh.voting.service.VotingService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The votes in the status of a node. What the replica knows is asked for at the admin endpoint: it would have to wait. */
record VotingPart(VotingNode node, VotingService service) implements StatusPart {
    @Override
    public String name() {
        return "voting";
    }

    @Override
    public Map<String, ?> status() {
        LedgerStatus ledger = service.ledger();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("committee", node.keys().committee());
        status.put("ledger", ledger.state());
        status.put("ledgerWaiting", ledger.waiting());
        status.put("coordination", service.coordination());
        status.put("coordinationWaiting", node.outcomes().size());
        status.put("keys", node.keys().announcements().size());
        return status;
    }

    @Override
    public List<String> failing() {
        List<String> failing = new ArrayList<>();
        if (service.ledger().state() == LedgerState.DIVERGED) {
            failing.add("the ledger is not what this node wrote: "
                    + service.ledger().message());
        }
        if (service.coordination() == PublisherState.CONFLICT) {
            failing.add("the coordination store holds another outcome than this node, with a certificate");
        }
        if (node.ended().isDone()) {
            failing.add("the node has stopped: its journal cannot be written");
        }
        return failing;
    }
}
