"""Django database backend: PostGIS whose connections carry the scope in force into row-level security."""
