"""How people want to be told: per kind of notice in the application and by mail, and how they unsubscribe."""
