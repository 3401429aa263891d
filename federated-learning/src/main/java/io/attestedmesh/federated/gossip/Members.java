package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.tls.AttestedPeer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Whose each address is: what a message says of its source is held against this and the caller's proved identity. */
final class Members {
    private final Map<String, Member> byAddress = new LinkedHashMap<>();
    private final String self;
    private final boolean attested;

    /** @param attested whether those who proved no code are refused */
    Members(Collection<Member> members, String self, boolean attested) {
        members.forEach(member -> {
            if (byAddress.put(member.address(), member) != null) {
                throw new IllegalArgumentException(member.address() + " is there twice");
            }
        });
        if (!byAddress.containsKey(self)) {
            throw new IllegalArgumentException(self + ", this node, is no member");
        }
        this.self = self;
        this.attested = attested;
    }

    String self() {
        return self;
    }

    int count() {
        return byAddress.size();
    }

    Optional<Member> get(String address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** Refuses a caller that proves to be somebody else, or not what it runs. */
    void requireMember(Caller caller) throws RefusedMessageException {
        requireAttested(caller);
        if (byAddress.values().stream().noneMatch(member -> isCaller(caller, member))) {
            throw new RefusedMessageException(GossipReason.UNKNOWN_SOURCE, "a member", caller.name());
        }
    }

    private void requireAttested(Caller caller) throws RefusedMessageException {
        if (!accepts(caller.proved())) {
            throw new RefusedMessageException(
                    GossipReason.UNATTESTED,
                    "a peer that proves what it runs",
                    caller.name() + " proves nothing of it");
        }
    }

    boolean accepts(Optional<AttestedPeer> proved) {
        return !attested || proved.flatMap(AttestedPeer::attestation).isPresent();
    }

    /** The member at that address, which the caller has to be. */
    Member requireCaller(Caller caller, String claimed) throws RefusedMessageException {
        Member member = require(claimed);
        if (claimed.equals(self) || !isCaller(caller, member)) {
            throw new RefusedMessageException(
                    GossipReason.WRONG_SOURCE, "an address of " + caller.name(), claimed + " of " + member.identity());
        }
        return member;
    }

    Member require(String claimed) throws RefusedMessageException {
        Member member = byAddress.get(claimed);
        if (member == null) {
            throw new RefusedMessageException(GossipReason.UNKNOWN_SOURCE, "an address of the roster", claimed);
        }
        return member;
    }

    /** True if the caller is that member, as far as its connection proves anything. */
    static boolean isCaller(Caller caller, Member member) {
        return caller.proved()
                .map(peer -> peer.identity()
                        .name()
                        .equalsIgnoreCase(member.identity().name()))
                .orElse(true);
    }
}
