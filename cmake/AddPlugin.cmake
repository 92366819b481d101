# chat_add_plugin: see below
