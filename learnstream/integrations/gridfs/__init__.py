"""The GridFS adapter of the file storage: objects in MongoDB."""
