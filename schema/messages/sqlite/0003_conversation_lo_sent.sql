-- The count of what was written before there was one.
-- formerly server 0004_conversation_lo_sent.sql df40e316579847c6b164b22c8856168593e6b47507d972fbd4bbd323d597f168

UPDATE conversation SET lo_sent = (
  SELECT COUNT(*) FROM message
  WHERE message.lo_id = conversation.lo_id AND message.hi_id = conversation.hi_id
    AND message.sender_id = conversation.lo_id);
