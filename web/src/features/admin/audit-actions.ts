/** What the server writes into its audit log, as words that never change. */
export const ACTIONS = [
  'account.closed', 'account.linked', 'account.made', 'account.opened', 'account.password_reset', 'account.reset_link', 'account.role', 'account.totp_removed', 'account.unlinked', 'clock.differs',
  'dead_letter.dropped', 'dead_letter.retried', 'history.suspected', 'host.forged_key', 'host.two_histories', 'host.void_entry', 'invitations.cleaned', 'key.made',
  'key.recovery_made', 'key.revoked', 'key.rotated', 'peer.allowed', 'peer.blocked', 'peer.dropped', 'peer.first_seen', 'peer.key_accepted',
  'peer.key_learnt', 'peer.key_revoked', 'peer.key_untrusted', 'peer.over_budget', 'peer.retried', 'policy.changed', 'profile.refreshed', 'room.confirmed_newest', 'room.federation',
  'room.foreign_tail', 'room.frozen', 'room.handed_over', 'room.in_doubt', 'room.left', 'room.lifted', 'room.recovered', 'room.take_over_agreed',
  'room.take_over_withdrawn', 'room.taken_over',
  'words.not_ours',
] as const
