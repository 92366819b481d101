-- The count of what was written before there was one.

UPDATE conversation SET lo_sent = (
  SELECT COUNT(*) FROM message
  WHERE message.lo_id = conversation.lo_id AND message.hi_id = conversation.hi_id
    AND message.sender_id = conversation.lo_id);
